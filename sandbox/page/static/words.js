// Time and numbers as people say them. Moments come in as ISO strings; the town's offset from UTC is in minutes.

const DAYS = ["вс", "пн", "вт", "ср", "чт", "пт", "сб"];
const MONTHS = ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"];

let offset = 180;

export function setOffset(minutes) {
  offset = minutes;
}

/** The town's wall clock as a Date to be read with the getUTC… methods. */
export function local(moment) {
  const at = moment instanceof Date ? moment : new Date(moment);
  return new Date(at.getTime() + offset * 60000);
}

const two = (number) => String(number).padStart(2, "0");

export function hours(moment) {
  const at = local(moment);
  return `${at.getUTCHours()}:${two(at.getUTCMinutes())}`;
}

export function day(moment) {
  const at = local(moment);
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`;
}

export function dayKey(moment) {
  return local(moment).toISOString().slice(0, 10);
}

/** «пн 12 января, 9:20» */
export function inWords(moment) {
  return `${DAYS[local(moment).getUTCDay()]} ${day(moment)}, ${hours(moment)}`;
}

/** «9:20» on the same day as `now`, «12 января в 9:20» otherwise. */
export function relative(moment, now) {
  return dayKey(moment) === dayKey(now) ? `сегодня в ${hours(moment)}` : `${day(moment)} в ${hours(moment)}`;
}

/** The moment when it is next `hour`:00 tomorrow in the town, as ISO. */
export function tomorrowAt(now, hour) {
  const at = local(now);
  const wall = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() + 1, hour);
  return new Date(wall - offset * 60000).toISOString();
}

/** counted(5, "участник", "участника", "участников") → «5 участников» */
export function counted(number, one, few, many) {
  const tens = number % 100;
  const units = number % 10;
  const word = tens > 10 && tens < 20 ? many : units === 1 ? one : units > 1 && units < 5 ? few : many;
  return `${number} ${word}`;
}

export function size(bytes) {
  if (bytes < 1024) return `${bytes} Б`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} КБ`;
  return `${(bytes / 1024 / 1024).toFixed(1).replace(".", ",")} МБ`;
}
