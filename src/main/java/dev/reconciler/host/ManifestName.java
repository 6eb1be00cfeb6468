package dev.reconciler.host;

import java.util.List;

/// Which names in a manifests folder count.
final class ManifestName {
    private static final List<String> EXTENSIONS = List.of(".yaml", ".yml", ".json");

    private ManifestName() {}

    static boolean isManifest(String name) {
        return !isSkipped(name) && EXTENSIONS.stream().anyMatch(name::endsWith);
    }

    /// Whether a look takes in the file of this relative path.
    static boolean counts(String path) {
        int slash = path.lastIndexOf('/');
        return isManifest(path.substring(slash + 1))
                && (slash < 0
                        || List.of(path.substring(0, slash).split("/")).stream().noneMatch(ManifestName::isSkipped));
    }

    /// Dot names, and what editors leave beside a file: `a.yaml~`, `a.yaml.swp`, `#a.yaml#`.
    static boolean isSkipped(String name) {
        return name.startsWith(".")
                || name.endsWith("~")
                || name.endsWith(".swp")
                || (name.startsWith("#") && name.endsWith("#"));
    }
}
