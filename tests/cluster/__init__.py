"""A real control plane on loopback: etcd, API server, controllers, scheduler. Without Go these tests are skipped."""
