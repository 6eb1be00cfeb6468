package dev.reconciler.api;

import org.jspecify.annotations.Nullable;

/// What is remembered of one tmux server.
///
/// @param process the one we started or reached last
/// @param rescues attempts in a row that did not make it reachable
/// @param startFailures starts in a row that did not work
/// @param triedAt the last start or rescue
/// @param message why the last attempt failed, empty when it did not
/// @param rescued attempts that worked: each one is told
public record ServerHistory(
        @Nullable ProcessRef process,
        int rescues,
        int startFailures,
        @Nullable Moment triedAt,
        String message,
        int rescued) {
    public static final ServerHistory UNKNOWN = new ServerHistory(null, 0, 0, null, "", 0);

    /// It answers, and nothing is wrong with it.
    public ServerHistory well(@Nullable ProcessRef value) {
        return new ServerHistory(value, 0, 0, null, "", rescued);
    }

    public ServerHistory tryRescue(Moment at) {
        return new ServerHistory(process, rescues + 1, startFailures, at, rescues == 0 ? "" : message, rescued);
    }

    public ServerHistory tryStart(Moment at) {
        return new ServerHistory(process, rescues, startFailures + 1, at, message, rescued);
    }

    public ServerHistory failed(String why) {
        return new ServerHistory(process, rescues, startFailures, triedAt, why, rescued);
    }

    public ServerHistory wasRescued() {
        return new ServerHistory(process, 0, 0, null, "", rescued + 1);
    }
}
