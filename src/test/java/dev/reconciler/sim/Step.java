package dev.reconciler.sim;

/// One thing that happens to the world.
///
/// @param weight how often, relative to the others
record Step(String name, int weight, Deed deed) {
    /// What it does; false when there was nothing to do it to.
    @FunctionalInterface
    interface Deed {
        boolean happen(World world);
    }

    static Step of(int weight, String name, Deed deed) {
        return new Step(name, weight, deed);
    }
}
