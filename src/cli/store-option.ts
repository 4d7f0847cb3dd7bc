// What is said of the option that names the store, wherever it stands.

export const storeDescription = 'where runs are recorded: "local", or a Redis server (redis://host:6379)';
