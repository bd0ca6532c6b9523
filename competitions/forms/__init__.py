"""Forms of competitions. Rules live in the services; a form only reads and offers."""
