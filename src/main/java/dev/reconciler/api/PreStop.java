package dev.reconciler.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// `spec.lifecycle.preStop`.
@Doc("Exactly one of exec, sendKeys.")
public record PreStop(
        @Doc(value = "Runs a command of yours; TERM follows when it ends.", way = "handler") Probe.@Nullable Exec exec,
        @Doc(value = "Types keys into the program; TERM follows when it still runs after a while.", way = "handler")
        @Nullable Keys sendKeys) {
    @Doc("Keys as tmux names them: `C-c`, `Escape`, `Enter`; every other word is typed as it is.")
    public record Keys(
            @Doc(value = "In this order, such as `[/exit, Enter]`.", required = true) List<String> keys,
            @Doc(value = "How long the program may take to end by itself.", def = "10", min = 1,
                    max = 86_400) int waitSeconds) {}
}
