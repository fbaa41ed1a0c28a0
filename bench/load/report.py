"""Turns the samples of a run into tables: medians, and ratios taken round by round. Pure: reads and prints nothing."""

from statistics import median

REFERENCES = {"relay": ("relay",), "nginx": ("nginx",), "best": ("nginx", "haproxy")}
ERRORS = ("connect", "read", "write", "status", "timeout", "short")
NAMES = {"sluice": "Sluice", "full": "Sluice, all of routing on", "before": "Sluice (before)", "nginx": "NGINX", "haproxy": "HAProxy", "relay": "relay (floor)"}
LOAD_HEADER = ["", "user µs", "system µs", "CPU µs/request", "× relay", "× NGINX", "× better of both", "requests/s", "p50 ms",
               "p99 ms", "core busy", "waited", "errors"]
MEMORY_HEADER = ["", "connections", "RSS before MiB", "RSS after MiB", "peak MiB", "KiB/connection", "served", "failed"]


def ratio(rounds, name, reference):
    """The median over rounds of name's CPU time against the cheapest of the reference's members in the same round."""
    members = REFERENCES[reference]
    ratios = [each[name]["cpu_us"] / min(each[m]["cpu_us"] for m in members)
              for each in rounds if name in each and all(m in each for m in members)]
    return median(ratios) if ratios else None


def summarise(rounds):
    """One row of medians for each contender of a scenario."""
    rows = {}
    for name in [n for n in NAMES if any(n in each for each in rounds)]:
        samples = [each[name] for each in rounds if name in each]
        row = {key: median(s[key] for s in samples)
               for key in ("user_us", "system_us", "cpu_us", "rps", "p50_us", "p99_us", "busy", "waited")}
        row["spread"] = max(s["cpu_us"] for s in samples) / min(s["cpu_us"] for s in samples)
        row["errors"] = sum(s["errors"][kind] for s in samples for kind in ERRORS)
        row["ratios"] = {reference: ratio(rounds, name, reference) for reference in REFERENCES}
        rows[name] = row
    return rows


def load_table(rounds):
    shown = [LOAD_HEADER]
    for name, row in summarise(rounds).items():
        shown.append([NAMES[name], f"{row['user_us']:.1f}", f"{row['system_us']:.1f}", f"{row['cpu_us']:.1f}",
                      *(f"{r:.2f}" if r else "-" for r in row["ratios"].values()), f"{row['rps']:,.0f}",
                      f"{row['p50_us'] / 1000:.2f}", f"{row['p99_us'] / 1000:.2f}", f"{row['busy']:.0%}", f"{row['waited']:.0%}",
                      f"{row['errors']}" if not row["errors"] else f"{row['errors']} INVALID"])
    return shown


def memory_table(samples):
    shown = [MEMORY_HEADER]
    for s in samples:
        shown.append([f"{NAMES[s['contender']]}, {s['transport']}", f"{s['connections']:,}", f"{s['before_kib'] / 1024:.1f}",
                      f"{s['after_kib'] / 1024:.1f}", f"{s['peak_kib'] / 1024:.1f}",
                      f"{(s['after_kib'] - s['before_kib']) / s['connections']:.2f}", f"{s['served']:,}",
                      f"{s['failed']}" if not s["failed"] else f"{s['failed']} INVALID"])
    return shown


def _align(rows, markdown):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join([row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])])
             for row in rows]
    if markdown:
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        lines.insert(1, "|---|" + "---:|" * (len(rows[0]) - 1))
    return "\n".join(lines)


def failures(results):
    """Every error of the run in one line each: a run that has any is not a result."""
    found = [f"{scenario}, round {number}, {name}: " + ", ".join(f"{s['errors'][k]} {k}" for k in ERRORS if s["errors"][k])
             for scenario, rounds in results["load"].items() for number, each in enumerate(rounds, 1)
             for name, s in each.items() if any(s["errors"][k] for k in ERRORS)]
    return found + [f"{test}, {s['contender']}, {s['transport']}: {s['failed']} failed"
                    for test in ("idle", "concurrent") for s in results[test] if s["failed"]]


def _about(results):
    m, s, v = results["machine"], results["settings"], results["versions"]
    pinned = "proxy on one core, client and origin on another" if s["pinned"] else "not pinned: one core for everything"
    about = f"Measured {results['date']} on {m['cpu']}, {m['cores']} cores, {m['kernel']}; {pinned}."
    if results["load"]:
        about += (f" Load: {s['rounds']} round(s) of {s['duration']} s after {s['warm_up']} s of warm-up, "
                  f"{s['connections']} connections; medians.")
    return about + " " + ", ".join(v.values()) + "."


def render(results, markdown):
    heading = "### {}" if markdown else "== {}"
    parts = [_about(results)]
    for scenario, rounds in results["load"].items():
        if rounds:
            parts += [heading.format(scenario), _align(load_table(rounds), markdown)]
    for test in ("idle", "concurrent"):
        if results[test]:
            parts += [heading.format(f"{test} connections"), _align(memory_table(results[test]), markdown)]
    wrong = failures(results)
    if wrong:
        parts += [heading.format("errors: these figures are INVALID"), "\n".join(f"- {line}" for line in wrong)]
    return "\n\n".join(parts)
