"""Forms of training and skill records. Rules live in the services; a form only reads and offers."""
