"""The message broker, NATS JetStream: edges put there what they received, the engine takes it."""
