/**
 * @typedef {object} ServerEvent
 * @property {string} id empty where the event has none
 * @property {string} type
 * @property {string} data
 */

/**
 * Reads server-sent events out of a stream of text, however that is cut into parts.
 *
 * @returns {(text: string) => ServerEvent[]} takes the next part and gives the events that are complete with it
 */
export function eventParser() {
  let rest = '';
  return (text) => {
    const frames = (rest + text).split('\n\n');
    rest = frames.pop() ?? '';
    return frames.flatMap((frame) => {
      const fields = new Map(frame.split('\n').map(readField));
      const data = fields.get('data');
      return data === undefined
        ? []
        : [{ id: fields.get('id') ?? '', type: fields.get('event') ?? '', data }];
    });
  };
}

/**
 * @param {string} line
 * @returns {[string, string]}
 */
function readField(line) {
  const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
  return [name, value];
}
