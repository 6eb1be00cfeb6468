package dev.reconciler.real;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/// A test that needs a real tmux and real processes. Its methods may ask for [TestDirs]; whatever was started in them
/// is ended, by identity, when the method ends.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("real")
@ExtendWith(TestDirs.Provider.class)
public @interface RealTest {}
