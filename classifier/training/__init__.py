"""Trains with scikit-learn: examples, features, folds, fit, calibrate, certify, save."""
