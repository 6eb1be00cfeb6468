package dev.reconciler.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What a field of a manifest means and which values it takes: the one source of validation, defaults, `explain` and
/// the JSON schema.
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.TYPE})
public @interface Doc {
    /// A sentence or two for the person at the terminal.
    String value();

    boolean required() default false;

    /// Smallest number allowed, with [#max]; both unset means no bound.
    long min() default Long.MIN_VALUE;

    long max() default Long.MAX_VALUE;

    /// The default as a YAML scalar; empty means absent stays absent.
    String def() default "";

    /// True when a change needs a new run.
    boolean run() default false;

    /// True for a number of bytes, written as a quantity such as `512Ki`, `10Mi`, `1G`.
    boolean quantity() default false;

    /// True for a number of processor cores in thousandths, written as `2`, `0.5` or `500m`.
    boolean cores() default false;

    /// Of a list: the field that tells its elements apart when Defaults are merged in; empty: it is taken whole.
    String key() default "";

    /// Fields of one object with the same word here exclude each other: a nearer one stands for all of them when
    /// Defaults are merged in.
    String way() default "";

    /// True when the value must not appear in messages.
    boolean secret() default false;
}
