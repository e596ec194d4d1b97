"""The augmentation is a hyperparameter: does it have to match the anomalies?"""
