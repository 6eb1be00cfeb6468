package dev.reconciler.controller;

import dev.reconciler.api.Checkout;
import dev.reconciler.api.History;
import dev.reconciler.api.Revision;
import dev.reconciler.api.SourceHistory;
import dev.reconciler.host.Folder;
import org.jspecify.annotations.Nullable;

/// A person's word that nothing new of the folder is taken in: the last picture stays, as while somebody is in the
/// middle of changing it.
final class Suspension {
    private Suspension() {}

    static Folder.Look look(Folder folder, History history) {
        var source = history.fleet().whence();
        var look = folder.look();
        return source.suspended() && look instanceof Folder.Look.Seen(var files, var checkout)
                ? new Folder.Look.Held(held(checkout, source), "")
                : look;
    }

    private static Checkout held(@Nullable Checkout newest, SourceHistory source) {
        var applied = source.applied() == null ? null : Revision.parse(source.applied());
        return new Checkout(applied, "", null, "suspended", newest == null ? null : newest.pull());
    }
}
