package dev.reconciler.api;

import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// What git says of the files of a picture.
///
/// @param revision null before the first commit
/// @param subject first line of the commit's message; empty when it is not known (yet)
/// @param uncommitted manifests that are not as the commit has them, by relative path; null: not known (yet)
/// @param held what holds a look back, such as `rebase in progress`; empty: nothing does
public record Checkout(
        @Nullable Revision revision, String subject, @Nullable SortedSet<String> uncommitted, String held) {
    /// Whether this file is known to be what the commit has.
    public boolean committed(String file) {
        return revision != null && uncommitted != null && !uncommitted.contains(file);
    }
}
