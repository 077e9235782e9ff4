/** `hub:<owner>/<name>`: a model that was pulled from a hub. What MODEL and "sightline models use" may name. */

const PREFIX = 'hub:';

/** The id on the hub; undefined for a model that is none. */
export const hubModelId = (model: string): string | undefined =>
  model.startsWith(PREFIX) ? model.slice(PREFIX.length) : undefined;

export const hubModelName = (id: string): string => PREFIX + id;
