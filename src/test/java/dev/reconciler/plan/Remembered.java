package dev.reconciler.plan;

import dev.reconciler.api.AgentHistory;

/// A memory that is a little different, for tests of other packages.
public final class Remembered {
    private Remembered() {}

    public static AgentHistory run(AgentHistory before, AgentHistory.Run run) {
        return new HistoryEdit(before).run(run).done();
    }

    public static AgentHistory failures(AgentHistory before, int failures) {
        return new HistoryEdit(before).failures(failures).done();
    }
}
