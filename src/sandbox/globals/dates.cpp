// dates: calendar, time zones and formats. The engine has no Intl.

#include "base/time_zone.h"
#include "sandbox/globals/globals.h"
#include "sandbox/globals/host_values.h"

namespace swiftgrid::sandbox {
namespace {

// (zone, milliseconds): [seconds east of UTC, abbreviation], or null for no such zone.
JSValue host_zone_offset(JSContext* context, JSValue, int, JSValue* arguments) {
    const auto zone = utf8_of(context, arguments[0]);
    double milliseconds = 0;
    if (!zone || JS_ToFloat64(context, &milliseconds, arguments[1]) != 0) return JS_EXCEPTION;
    // The whole range of Date, so that the sum does not overflow.
    if (!(milliseconds >= -8.64e15 && milliseconds <= 8.64e15))
        return JS_ThrowRangeError(context, "the date is out of range");
    const Instant instant{static_cast<std::int64_t>(milliseconds)};
    const auto found = TimeZone::find(*zone);
    if (!found) return JS_NULL;
    if (instant >= TimeZone::known_until)
        return JS_ThrowRangeError(
            context, "times of zones are known up to the end of 2037; use UTC or a fixed offset");
    const TimeZone::Period period = found->period_at(instant);
    const JSValue parts[] = {JS_NewInt64(context, period.ahead_of_utc.milliseconds / 1'000),
                             new_string(context, period.abbreviation)};
    return new_array(context, parts);
}

JSValue host_zones(JSContext* context, JSValue, int, JSValue*) {
    const JSValue names = JS_NewArray(context);
    std::uint32_t index = 0;
    for (const std::string& name : TimeZone::names())
        JS_SetPropertyUint32(context, names, index++, new_string(context, name));
    return names;
}

void add_dates_functions(JSContext* context, JSValue host) {
    add_host_function(context, host, "zoneOffset", host_zone_offset, 2);
    add_host_function(context, host, "zones", host_zones, 0);
}

constexpr std::string_view dates_source = R"js((function (host) {
  "use strict";
  const { zoneOffset, zones, define } = host;
  const { floor, abs, trunc } = Math;
  const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
  const timeUnits = { __proto__: null, milliseconds: 1, seconds: SECOND, minutes: MINUTE, hours: HOUR };
  const monthNames = ["January", "February", "March", "April", "May", "June", "July", "August",
                      "September", "October", "November", "December"];
  const dayNames = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
  const two = (number) => String(number).padStart(2, "0");
  const three = (number) => String(number).padStart(3, "0");

  // A Date, milliseconds since 1970, or an ISO text; a text without offset is UTC.
  const instantOf = (value) => {
    const ms = value instanceof Date ? value.getTime()
      : typeof value === "number" ? value
      : typeof value === "string" ? Date.parse(value) : NaN;
    if (abs(ms) <= 8.64e15) return trunc(ms);
    const shown = typeof value === "string" || typeof value === "number" ? ": " + value : "";
    throw new RangeError("not a date" + shown +
                         "; give a Date, milliseconds since 1970 or a text like 2026-03-29T02:30:00Z");
  };

  const offsetAt = (zone, ms) => {
    if (zone === "UTC" || zone === "Z") return { seconds: 0, abbreviation: "UTC" };
    if (typeof zone !== "string") throw new TypeError("the time zone must be a text like 'Europe/Paris'");
    const fixed = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
    if (fixed !== null) {
      const seconds = (fixed[1] === "-" ? -1 : 1) * (fixed[2] * 3600 + fixed[3] * 60);
      return { seconds, abbreviation: zone };
    }
    const found = zoneOffset(zone, ms);
    if (found === null) {
      throw new RangeError("there is no time zone '" + zone + "'; dates.zones() lists them");
    }
    return { seconds: found[0], abbreviation: found[1] };
  };
  const localOf = (ms, zone) => ms + offsetAt(zone, ms).seconds * SECOND;

  // The instant at which clocks in the zone show this. Shown twice: the first. Never shown, because
  // the clock goes forward over it: as if it had gone forward only then.
  const instantOfLocal = (local, zone) => {
    const before = offsetAt(zone, local - DAY).seconds * SECOND;
    const after = offsetAt(zone, local + DAY).seconds * SECOND;
    for (const offset of [before, after]) {
      if (localOf(local - offset, zone) === local) return local - offset;
    }
    return local - before;
  };
  const localMs = (year, month, day, hour, minute, second, millisecond) => {
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    date.setUTCHours(hour, minute, second, millisecond);
    return date.getTime();
  };
  const dateOf = (ms) => {
    if (!(abs(ms) <= 8.64e15)) throw new RangeError("the date is out of range");
    return new Date(ms);
  };

  const isoWeek = (local, weekday) => {
    const thursday = local + (4 - weekday) * DAY;
    const year = new Date(thursday).getUTCFullYear();
    return { week: floor((thursday - localMs(year, 1, 1, 0, 0, 0, 0)) / DAY / 7) + 1, weekYear: year };
  };
  const partsAt = (ms, zone) => {
    const { seconds, abbreviation } = offsetAt(zone, ms);
    const local = ms + seconds * SECOND;
    const date = new Date(local);
    const weekday = date.getUTCDay() || 7;
    const year = date.getUTCFullYear();
    return {
      year, month: date.getUTCMonth() + 1, day: date.getUTCDate(),
      hour: date.getUTCHours(), minute: date.getUTCMinutes(), second: date.getUTCSeconds(),
      millisecond: date.getUTCMilliseconds(),
      weekday, dayOfYear: floor((local - localMs(year, 1, 1, 0, 0, 0, 0)) / DAY) + 1,
      ...isoWeek(local, weekday),
      offsetMinutes: seconds / 60, abbreviation, zone,
    };
  };

  const offsetText = (minutes) => {
    const size = trunc(abs(minutes));
    return (minutes < 0 ? "-" : "+") + two(trunc(size / 60)) + ":" + two(size % 60);
  };
  const yearText = (year) => year < 0 ? "-" + String(-year).padStart(6, "0")
    : year > 9999 ? "+" + String(year).padStart(6, "0") : String(year).padStart(4, "0");
  const tokens = {
    __proto__: null,
    yyyy: (p) => yearText(p.year), yy: (p) => two(((p.year % 100) + 100) % 100),
    MMMM: (p) => monthNames[p.month - 1], MMM: (p) => monthNames[p.month - 1].slice(0, 3),
    MM: (p) => two(p.month), M: (p) => p.month, dd: (p) => two(p.day), d: (p) => p.day,
    EEEE: (p) => dayNames[p.weekday - 1], EEE: (p) => dayNames[p.weekday - 1].slice(0, 3),
    HH: (p) => two(p.hour), H: (p) => p.hour, hh: (p) => two(p.hour % 12 || 12),
    h: (p) => p.hour % 12 || 12, a: (p) => p.hour < 12 ? "AM" : "PM",
    mm: (p) => two(p.minute), m: (p) => p.minute, ss: (p) => two(p.second), s: (p) => p.second,
    SSS: (p) => three(p.millisecond), Z: (p) => p.offsetMinutes === 0 ? "Z" : offsetText(p.offsetMinutes),
    ZZ: (p) => offsetText(p.offsetMinutes), z: (p) => p.abbreviation,
    DDD: (p) => three(p.dayOfYear), ww: (p) => two(p.week), w: (p) => p.week, YYYY: (p) => yearText(p.weekYear),
  };
  const isoPattern = "yyyy-MM-dd'T'HH:mm:ss.SSSZ";
  // [token or null, literal text] in order.
  const piecesOf = (pattern) => {
    const pieces = [];
    for (const [piece, quoted, letters] of String(pattern).matchAll(/'((?:[^']|'')*)'|(([A-Za-z])\3*)|[^A-Za-z']+|'/g)) {
      if (letters === undefined) {
        if (piece === "'") throw new RangeError("the pattern has a quote that is not closed: " + pattern);
        pieces.push([null, piece === "''" ? "'" : quoted === undefined ? piece : quoted.replaceAll("''", "'")]);
      } else if (letters in tokens) {
        pieces.push([letters, ""]);
      } else {
        throw new RangeError("'" + letters + "' is no part of a date pattern; put texts between single quotes");
      }
    }
    return pieces;
  };

  const readable = {
    __proto__: null,
    yyyy: ["(\\d{4})", "year"], MM: ["(\\d{2})", "month"], M: ["(\\d{1,2})", "month"],
    MMMM: ["([A-Za-z]+)", "monthName"], MMM: ["([A-Za-z]{3})", "monthName"],
    dd: ["(\\d{2})", "day"], d: ["(\\d{1,2})", "day"], HH: ["(\\d{2})", "hour"], H: ["(\\d{1,2})", "hour"],
    hh: ["(\\d{2})", "hour12"], h: ["(\\d{1,2})", "hour12"], a: ["([AaPp][Mm])", "half"],
    mm: ["(\\d{2})", "minute"], m: ["(\\d{1,2})", "minute"], ss: ["(\\d{2})", "second"],
    s: ["(\\d{1,2})", "second"], SSS: ["(\\d{3})", "millisecond"],
    Z: ["(Z|[+-]\\d{2}:\\d{2})", "offset"], ZZ: ["([+-]\\d{2}:\\d{2})", "offset"],
    EEEE: ["[A-Za-z]+"], EEE: ["[A-Za-z]{3}"],
  };
  const isoText = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d{2}:?\d{2})?$/;
  const readIso = (text) => {
    const match = isoText.exec(text);
    if (match === null) return null;
    const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = "0", offset] = match;
    return { year, month, day, hour, minute, second, millisecond: fraction.padEnd(3, "0").slice(0, 3), offset };
  };
  const readPattern = (text, pattern) => {
    let expression = "^";
    const names = [];
    for (const [token, literal] of piecesOf(pattern)) {
      if (token === null) {
        expression += literal.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
        continue;
      }
      if (!(token in readable)) throw new RangeError("'" + token + "' can be written, but not read");
      expression += readable[token][0];
      if (readable[token].length > 1) names.push(readable[token][1]);
    }
    const match = new RegExp(expression + "$").exec(text);
    if (match === null) return null;
    const fields = { month: 1, day: 1, hour: 0, minute: 0, second: 0, millisecond: 0 };
    names.forEach((name, i) => { fields[name] = match[i + 1]; });
    if (fields.monthName !== undefined) {
      const begin = fields.monthName.toLowerCase();
      fields.month = 1 + monthNames.findIndex((name) => begin.length >= 3 && name.toLowerCase().startsWith(begin));
    }
    if (fields.hour12 !== undefined) {
      if (fields.hour12 < 1 || fields.hour12 > 12) return null;
      fields.hour = fields.hour12 % 12 + (/^p/i.test(fields.half ?? "") ? 12 : 0);
    }
    return fields.year === undefined ? null : fields;
  };
  const instantOfFields = (fields, zone) => {
    const { year, month, day, hour, minute, second, millisecond } = fields;
    const local = localMs(+year, +month, +day, +hour, +minute, +second, +millisecond);
    const shown = new Date(local);
    const exists = shown.getUTCMonth() + 1 === +month && shown.getUTCDate() === +day &&
      shown.getUTCHours() === +hour && shown.getUTCMinutes() === +minute &&
      shown.getUTCSeconds() === +second;
    return exists ? instantOfLocal(local, fields.offset ?? zone) : NaN;
  };

  const unitStart = { __proto__: null, year: 0, month: 1, week: 2, day: 2, hour: 3, minute: 4, second: 5 };

  const dates = {
    parts(instant, zone = "UTC") { return partsAt(instantOf(instant), zone); },

    format(instant, zone = "UTC", pattern = isoPattern) {
      const parts = partsAt(instantOf(instant), zone);
      let text = "";
      for (const [token, literal] of piecesOf(pattern)) text += token === null ? literal : tokens[token](parts);
      return text;
    },

    parse(text, zone = "UTC", pattern) {
      const fields = pattern === undefined ? readIso(String(text)) : readPattern(String(text), pattern);
      offsetAt(zone, 0);
      const ms = fields === null ? NaN : instantOfFields(fields, zone);
      if (ms === ms) return dateOf(ms);
      throw new RangeError("'" + text + "' is no date like " + (pattern ?? "2026-03-29T02:30:00"));
    },

    add(instant, amounts, zone = "UTC") {
      let ms = instantOf(instant);
      let months = 0, days = 0, time = 0;
      for (const unit of Object.keys(amounts)) {
        const amount = Number(amounts[unit]);
        if (!(abs(amount) <= 8.64e15)) throw new RangeError("'" + unit + "' must be a number");
        const isCalendar = !(unit in timeUnits);
        if (isCalendar && trunc(amount) !== amount) throw new RangeError("'" + unit + "' must be a whole number");
        if (unit === "years") months += 12 * amount;
        else if (unit === "months") months += amount;
        else if (unit === "weeks") days += 7 * amount;
        else if (unit === "days") days += amount;
        else if (unit in timeUnits) time += amount * timeUnits[unit];
        else throw new RangeError("'" + unit + "' is no unit; there are years, months, weeks, days, " +
                                  "hours, minutes, seconds and milliseconds");
      }
      if (months !== 0 || days !== 0) {
        const local = new Date(localOf(ms, zone));
        const day = local.getUTCDate();
        local.setUTCDate(1);
        local.setUTCMonth(local.getUTCMonth() + months);
        const last = new Date(localMs(local.getUTCFullYear(), local.getUTCMonth() + 2, 0, 0, 0, 0, 0));
        local.setUTCDate(Math.min(day, last.getUTCDate()));
        local.setUTCDate(local.getUTCDate() + days);
        ms = instantOfLocal(dateOf(local.getTime()).getTime(), zone);
      }
      return dateOf(ms + time);
    },

    startOf(instant, unit, zone = "UTC") {
      const ms = instantOf(instant);
      const level = unitStart[unit];
      if (level === undefined) {
        throw new RangeError("'" + unit + "' is no unit; there are year, month, week, day, hour, minute and second");
      }
      const local = localOf(ms, zone);
      if (level > 2) {
        const size = unit === "hour" ? HOUR : unit === "minute" ? MINUTE : SECOND;
        return dateOf(ms - ((local % size) + size) % size);
      }
      const { year, month, day, weekday } = partsAt(ms, zone);
      const first = localMs(year, level < 1 ? 1 : month, level < 2 ? 1 : day, 0, 0, 0, 0);
      return dateOf(instantOfLocal(unit === "week" ? first - (weekday - 1) * DAY : first, zone));
    },

    daysBetween(from, to, zone = "UTC") {
      const dayOf = (instant) => floor(localOf(instantOf(instant), zone) / DAY);
      return dayOf(to) - dayOf(from);
    },

    isZone(zone) {
      try {
        offsetAt(zone, 0);
        return true;
      } catch {
        return false;
      }
    },
    zones() { return zones(); },
  };
  for (const name of Object.keys(dates)) {
    Object.defineProperty(dates, name, { enumerable: false });
  }
  define("dates", dates);
}))js";

}  // namespace

const Global dates_global{"dates", dates_source, add_dates_functions};

}  // namespace swiftgrid::sandbox
