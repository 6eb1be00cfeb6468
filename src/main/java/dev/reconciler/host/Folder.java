package dev.reconciler.host;

import dev.reconciler.api.Checkout;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// The manifests folder, as it is now.
public interface Folder {
    /// All manifests (`.yaml .yml .json`, no dot files, no editor's leftovers), recursively. Never throws.
    Look look();

    /// Replaces one file's content atomically if its content still is `expected`.
    ///
    /// @param file relative path
    /// @param content empty: delete the file
    /// @return false when the file has other content by now
    boolean replace(String file, byte[] expected, byte[] content) throws java.io.IOException;

    /// What the folder is in a commit of its repository, whatever is followed and checked out now.
    ///
    /// @param revision as git understands it: a branch, a tag, a hash or the beginning of one, `HEAD~2`
    /// @throws java.io.IOException with a sentence when there is no such commit, or no repository
    default Look.Seen at(String revision) throws java.io.IOException {
        throw new java.io.IOException("the manifests folder is in no git repository");
    }

    /// Fetches now, where something is fetched from, and takes in what there is.
    ///
    /// @return why the newest commit could not be taken in; empty when it was
    default String sync() {
        return "";
    }

    /// What a look shows.
    sealed interface Look {
        /// @param files by relative path
        /// @param checkout null outside of git
        record Seen(SortedMap<String, File> files, @Nullable Checkout checkout) implements Look {
            public Seen(SortedMap<String, File> files) {
                this(files, null);
            }
        }

        /// The folder itself could not be read: missing, unmounted, not ours, or unsafe.
        record Blind(String why) implements Look {}

        /// Not looked at: somebody is in the middle of changing it, and half of that is no picture. The last one stays.
        ///
        /// @param trouble what a person must do about it; empty while it is too early to say so
        record Held(Checkout checkout, String trouble) implements Look {}
    }

    /// One file.
    sealed interface File {
        /// @param quiet its writer has finished: closed or moved in, or unchanged over two looks 50 ms apart
        record Content(byte[] bytes, boolean quiet) implements File {}

        record Unreadable(String why) implements File {}
    }
}
