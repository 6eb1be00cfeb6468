package dev.reconciler.plan;

/// `ghosts` of `config.yaml`: what is done, unasked, about a tmux server that lives and cannot be reached. Nothing here
/// ever ends one.
///
/// @param managed about our own servers
/// @param foreign about everybody else's
public record Ghosts(Treatment managed, Treatment foreign) {
    public static final Ghosts DEFAULT = new Ghosts(Treatment.Rescue, Treatment.Report);

    /// What is done.
    public enum Treatment {
        /// `status` and an event name it.
        Report,
        /// It is made reachable.
        Rescue
    }
}
