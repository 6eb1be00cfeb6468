package dev.reconciler.host;

/// The machine behind one door: real, or simulated in tests.
public interface Host {
    Clock clock();

    ProcessTable processes();

    Tmux tmux();

    ServerTable servers();

    Storage storage();

    Folder folder();

    Workplace workplace();

    RunFiles runFiles();

    Scopes scopes();
}
