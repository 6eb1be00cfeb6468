/// What tests on the real machine share: private directories, a pretend agent, and the proof that nothing is
/// left behind.
///
/// ```
/// @RealTest
/// class TmuxTest {
///     @Test
///     void a_session_is_created(TestDirs dirs) {
///         … FakeAgent.argv("say:hello", "forever"), dirs.runtime().resolve("default.sock") …
/// ```
package dev.reconciler.real;
