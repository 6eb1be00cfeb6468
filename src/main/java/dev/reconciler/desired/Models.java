package dev.reconciler.desired;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which models manifests may ask for, as `config.yaml` says: outside of the folder, where a commit cannot change it.
///
/// @param allowed null: any
public record Models(@Nullable List<String> allowed) {
    public static final Models ANY = new Models(null);

    public Models {
        allowed = allowed == null ? null : List.copyOf(allowed);
    }
}
