package dev.reconciler.api;

import org.jspecify.annotations.Nullable;

/// `spec.activity`.
@Doc("What on the visible screen (regular expressions, Java's) tells what the agent does. Asked in this order:"
        + " awaitingInput, working, idle; then output within the last seconds is Working. Anything else is what"
        + " it said itself last (`reconciler heartbeat --activity`), or Unknown, which is never taken for idle.")
public record ActivitySigns(
        @Doc("It waits for a person's answer.") @Nullable String awaitingInput,
        @Doc("It works.") @Nullable String working,
        @Doc("It waits for work; with nothing printed for quietSeconds.") @Nullable String idle,
        @Doc(value = "Output no longer ago than this is Working.", def = "3", min = 1, max = 3600) int quietSeconds,
        @Doc(value = "Nothing printed for this long is Idle, whatever the screen shows. Unset: silence alone says"
                + " nothing.", min = 1, max = 31_536_000)
        @Nullable Integer idleAfterSeconds) {}
