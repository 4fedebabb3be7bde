/** Ends with 0 when the service in this container is ready: the health check of the image, where there is no shell. */
const answer = await fetch(`http://127.0.0.1:${process.env.HTTP_PORT}/health/ready`).catch(() => undefined);
process.exitCode = answer?.ok ? 0 : 1;
