"""The 20 superclasses of CIFAR-100, and which of the 100 classes each is made of."""

import numpy as np

SUPERCLASSES = {
    "aquatic_mammals": "beaver dolphin otter seal whale",
    "fish": "aquarium_fish flatfish ray shark trout",
    "flowers": "orchid poppy rose sunflower tulip",
    "food_containers": "bottle bowl can cup plate",
    "fruit_and_vegetables": "apple mushroom orange pear sweet_pepper",
    "household_electrical_devices": "clock keyboard lamp telephone television",
    "household_furniture": "bed chair couch table wardrobe",
    "insects": "bee beetle butterfly caterpillar cockroach",
    "large_carnivores": "bear leopard lion tiger wolf",
    "large_man-made_outdoor_things": "bridge castle house road skyscraper",
    "large_natural_outdoor_scenes": "cloud forest mountain plain sea",
    "large_omnivores_and_herbivores": "camel cattle chimpanzee elephant kangaroo",
    "medium_mammals": "fox porcupine possum raccoon skunk",
    "non-insect_invertebrates": "crab lobster snail spider worm",
    "people": "baby boy girl man woman",
    "reptiles": "crocodile dinosaur lizard snake turtle",
    "small_mammals": "hamster mouse rabbit shrew squirrel",
    "trees": "maple_tree oak_tree palm_tree pine_tree willow_tree",
    "vehicles_1": "bicycle bus motorcycle pickup_truck train",
    "vehicles_2": "lawn_mower rocket streetcar tank tractor",
}
"""The names of the classes of each superclass, numbered in this order."""

CIFAR100_CLASSES = tuple(SUPERCLASSES)


def to_superclasses(labels):
    """Return the numbers of the superclasses of classes.

    Parameters
    ----------
    labels : array-like of int, shape (n,)
        Numbers of the classes, which go by the alphabet.

    Returns
    -------
    ndarray of int, shape (n,)
        From 0 to 19.
    """
    superclass_of = {
        name: number
        for number, names in enumerate(SUPERCLASSES.values())
        for name in names.split()
    }
    return np.array([superclass_of[name] for name in sorted(superclass_of)])[labels]
