package dev.reconciler.sim;

import dev.reconciler.api.RunId;
import dev.reconciler.host.RunFiles;
import dev.reconciler.host.RunFilesContract;

class FakeRunFilesTest extends RunFilesContract {
    private final FakeRunFiles files = new FakeRunFiles();

    @Override
    protected RunFiles files() {
        return files;
    }

    @Override
    protected void write(RunId run, String variable, String text) {
        if (variable.equals(RunFiles.DONE)) {
            files.done(run, text);
        } else {
            files.beat(run, text);
        }
    }

    @Override
    protected void fail() {
        files.blind(true);
    }
}
