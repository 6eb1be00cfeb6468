package dev.reconciler.sim;

import java.util.ArrayList;
import java.util.List;

/// One session of a simulated tmux server.
final class FakeSession {
    final String id;
    final List<FakePane> panes = new ArrayList<>();
    String name;
    int attached;
    /// Our uid on the session.
    String mark;

    FakeSession(String id, String name, String mark) {
        this.id = id;
        this.name = name;
        this.mark = mark;
    }
}
