package dev.reconciler.sim;

import java.util.ArrayList;
import java.util.List;

/// The one door all effects pass. Here the daemon dies between two of them, and here the judges look.
final class Gate {
    private final List<Watcher> watchers = new ArrayList<>();
    private boolean dead;
    private int fuse = -1;
    private boolean beforeIt;
    private long passed;

    /// Sees each effect.
    interface Watcher {
        /// Just before it: the world may still move.
        default void before(Effect effect) {}

        /// It took place.
        default void after(Effect effect) {}

        /// Nobody answered; it takes place when somebody does.
        default void later(Effect effect) {}
    }

    /// What an effect does, with what it may throw.
    @FunctionalInterface
    interface Deed<T, X extends Exception> {
        T perform() throws X;
    }

    void watch(Watcher watcher) {
        watchers.add(watcher);
    }

    /// The daemon dies at the `nth` effect from now (1 is the next), just before or just after it takes place.
    void killAt(int nth, boolean before) {
        fuse = nth;
        beforeIt = before;
    }

    /// The daemon dies now.
    void kill() {
        dead = true;
    }

    boolean armed() {
        return fuse > 0;
    }

    boolean dead() {
        return dead;
    }

    /// Effects that took place.
    long passed() {
        return passed;
    }

    /// A new daemon.
    void revive() {
        dead = false;
        fuse = -1;
    }

    void later(Effect effect) {
        watchers.forEach(watcher -> watcher.later(effect));
    }

    <T, X extends Exception> T pass(Effect effect, Deed<T, X> deed) throws X {
        stopTheDead();
        watchers.forEach(watcher -> watcher.before(effect));
        boolean last = fuse > 0 && --fuse == 0;
        if (last && beforeIt) {
            dead = true;
        }
        stopTheDead();
        var result = deed.perform();
        passed++;
        if (last) {
            dead = true;
        }
        watchers.forEach(watcher -> watcher.after(effect));
        stopTheDead();
        return result;
    }

    /// A dead daemon does nothing more, whatever it catches.
    private void stopTheDead() {
        if (dead) {
            throw new DaemonKilled();
        }
    }
}
