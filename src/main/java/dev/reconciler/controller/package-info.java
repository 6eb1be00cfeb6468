/// The round (look, note, plan, act, report), what wakes it, and the guarantee that there is only one.
@NullMarked
package dev.reconciler.controller;

import org.jspecify.annotations.NullMarked;
