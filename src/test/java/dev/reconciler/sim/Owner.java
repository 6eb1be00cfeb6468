package dev.reconciler.sim;

import dev.reconciler.api.OwnerMark;

/// Whose a process really is: what the product must find out and the judges know.
///
/// @param mark the run it belongs to, null unless it is an agent's
record Owner(Kind kind, OwnerMark mark) {
    static final Owner USER = new Owner(Kind.USER, null);
    static final Owner SERVER = new Owner(Kind.SERVER, null);

    enum Kind {
        /// The main process of a run of ours.
        AGENT,
        /// Started by a run of ours, in its tree or kernel session.
        TREE,
        /// Started by a run of ours, but left its kernel session.
        ESCAPED,
        /// Of a session that another manifests folder made.
        OTHER_SOURCE,
        /// A person's, whatever its environment says.
        USER,
        /// A tmux server that we started.
        SERVER
    }

    boolean ours() {
        return kind == Kind.AGENT || kind == Kind.TREE || kind == Kind.ESCAPED;
    }
}
