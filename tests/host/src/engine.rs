//! The Wasm engine, configured as Spin's (crates/core/src/lib.rs), so that speeds compare.

use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Result};

const MIB: usize = 1 << 20;

/// How many instances may be alive at once, as in Spin.
const MOST_INSTANCES: u32 = 1_000;

/// An engine with Spin's pool of instances, or without one on a machine whose address space it does not fit.
pub fn engine() -> Result<Engine> {
    let mut pooled = configuration();
    pooled.allocation_strategy(InstanceAllocationStrategy::Pooling(pool()));
    Engine::new(&pooled).or_else(|_| Engine::new(&configuration()))
}

fn configuration() -> Config {
    let mut configuration = Config::new();
    // Spin can interrupt a guest. Nobody does here, but the guest's loops pay for the checks, as they do there.
    configuration.epoch_interruption(true);
    configuration.wasm_component_model(true);
    configuration.wasm_component_model_async(true);
    configuration
}

fn pool() -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(MOST_INSTANCES)
        .total_memories(MOST_INSTANCES)
        .total_tables(2 * MOST_INSTANCES)
        .total_stacks(MOST_INSTANCES)
        .total_core_instances(4 * MOST_INSTANCES)
        .table_elements(100_000)
        .max_component_instance_size(10 * MIB)
        .max_core_instance_size(10 * MIB)
        .max_core_instances_per_component(200)
        .max_tables_per_component(64)
        .max_memories_per_component(32)
        .max_tables_per_module(2)
        .max_memories_per_module(2)
        .max_memory_size(4096 * MIB)
        .linear_memory_keep_resident(2 * MIB)
        .table_keep_resident(MIB / 2);
    pool
}
