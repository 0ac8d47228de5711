/**
 * Keeps ONNX Runtime (from 1.29) from gathering and sending what networks it opens; must come before its library is loaded, in
 * the main thread, whose environment alone is the process's. Who sets ORT_DISABLE_TELEMETRY has decided otherwise.
 *
 * @source ONNX Runtime's pull requests 27379 and 29843
 */
export function declineTelemetry(): void {
  process.env['ORT_DISABLE_TELEMETRY'] ??= '1';
}
