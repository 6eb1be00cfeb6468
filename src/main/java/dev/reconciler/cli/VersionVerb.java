package dev.reconciler.cli;

import dev.reconciler.api.Manifest;
import dev.reconciler.recording.Header;
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

    static String version() {
        return Header.version();
    }
}
