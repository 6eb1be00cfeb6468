package dev.reconciler.sim;

import dev.reconciler.host.Storage;
import dev.reconciler.host.StorageContract;

/// The simulated state directory keeps the contract of the real one.
class FakeStorageTest extends StorageContract {
    private final FakeHost host = new FakeHost(World.SOURCE);

    @Override
    protected Storage storage() {
        return host.storage;
    }
}
