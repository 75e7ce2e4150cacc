"""What ``aiguilleur benchmark`` measures, one module a subject."""
