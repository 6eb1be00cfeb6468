package dev.reconciler.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How far the picture of the manifests folder can be trusted.
///
/// @param id minted once per folder; part of every mark
/// @param complete every file could be read: only then may anything be pruned
/// @param settled two equal looks at least 1 s apart: only then may anything stop or restart because of it; a file that
///     cannot be read holds back only what it may contain
/// @param empty no agent in it
/// @param allowEmpty the user's word that an empty folder means what it says
/// @param problems what is wrong, as `file:line:col: …` lines, sorted
/// @param checkout null outside of git
public record Source(
        String id,
        boolean complete,
        boolean settled,
        boolean empty,
        boolean allowEmpty,
        List<String> problems,
        @Nullable Checkout checkout) {
    /// Outside of git.
    public Source(
            String id, boolean complete, boolean settled, boolean empty, boolean allowEmpty, List<String> problems) {
        this(id, complete, settled, empty, allowEmpty, problems, null);
    }
}
