"""Forms of rights and welfare. Rules live in the services; a form only reads and offers."""
