package dev.reconciler.cli;

import dev.reconciler.api.Manifest;
import picocli.CommandLine.Command;

/// `version`
@Command(name = "version", description = "The version of this program and of the manifests it reads.")
final class VersionVerb implements Verb {
    @Override
    public int run(Call call) {
        call.out()
                .println("reconciler " + version() + " (" + Manifest.API_VERSION + "), Java "
                        + Runtime.version().feature());
        return 0;
    }

    /// As written into the jar; `development` when run from class files.
    static String version() {
        var written = VersionVerb.class.getPackage().getImplementationVersion();
        return written == null ? "development" : written;
    }
}
