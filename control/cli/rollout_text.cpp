#include "control/cli/rollout_text.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <chrono>
#include <cmath>

#include "control/api/utc_text.h"
#include "control/cli/fields.h"
#include "control/rollout/rollout.h"
#include "control/units.h"

namespace sluice::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t most_cells = 20;
constexpr std::size_t split_cells = 40;

std::string state_of(const json::object& rollout) {
  return field_text(rollout.at("state"));
}

std::size_t steps_done(const json::object& rollout) {
  return rollout.at("step").to_number<std::size_t>();
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

// A cell a step, as long as there is room for that.
std::string steps_bar(std::size_t done, std::size_t all) {
  const auto cells = std::min(all, most_cells);
  const auto full = all == 0 ? 0 : std::min(done, all) * cells / all;
  return repeated("▇", full) + repeated("·", cells - full);
}

// " in 4m10s"; empty where no time decides.
std::string time_left(const json::object& rollout, const std::string& as_of) {
  const auto until = parse_utc(field_text(rollout.at("until"))), now = parse_utc(as_of);
  if (!until || !now) return {};
  const std::chrono::duration<double> left = *until - *now;
  return left.count() > 0 ? " in " + length_text(std::ceil(left.count())) : " now";
}

std::string next_text(const json::object& rollout, const std::string& as_of) {
  const auto& plan = rollout.at("plan").as_array();
  const auto done = steps_done(rollout);
  const auto state = state_of(rollout);
  if (state == "rolling_back") return {};
  const auto what = done < plan.size() ? percent_text(plan[done].at("weight")) + " next" : "ends";
  const auto left = time_left(rollout, as_of);
  if (done >= plan.size() && left.empty()) return {};
  return ", " + what + left;
}

}  // namespace

bool has_ended(const json::object& rollout) {
  const auto state = rollout_state_of(state_of(rollout));
  return state && sluice::has_ended(*state);
}

bool has_succeeded(const json::object& rollout) {
  return state_of(rollout) == "succeeded";
}

Ink ink_of_state(std::string_view state) noexcept {
  if (state == "succeeded") return Ink::green;
  for (const auto* bad : {"rolling_back", "rolled_back", "failed"})
    if (state == bad) return Ink::red;
  for (const auto* waiting : {"paused", "waiting_approval", "aborted", "superseded"})
    if (state == waiting) return Ink::yellow;
  return Ink::bold;
}

std::string rollout_title(const json::object& rollout, bool colour) {
  const auto state = state_of(rollout);
  const auto id = field_text(rollout.at("id"));
  return inked(id.empty() ? "a rollout" : id, Ink::bold, colour) + " of " +
         field_text(rollout.at("service")) + ": " + field_text(rollout.at("from")) + " → " +
         field_text(rollout.at("to")) + " by " + field_text(rollout.at("strategy")) + ", " +
         inked(state, ink_of_state(state), colour) +
         (rollout.at("observe").as_bool() ? " (gates are shown, not acted upon)" : "");
}

std::string progress_text(const json::object& rollout, bool colour) {
  const auto state = state_of(rollout);
  const auto& plan = rollout.at("plan").as_array();
  const auto done = std::min(steps_done(rollout), plan.size());
  const auto reason = field_text(rollout.at("reason"));
  auto text = inked(state, ink_of_state(state), colour) + ", step " + std::to_string(done) + " of " +
              std::to_string(plan.size());
  if (done > 0 && !has_ended(rollout) && state != "rolling_back")
    text += ", " + percent_text(plan[done - 1].at("weight"));
  return reason.empty() ? text : text + ": " + reason;
}

std::string rollout_line(const json::object& rollout, double share, const std::string& as_of, bool colour) {
  const auto state = state_of(rollout), reason = field_text(rollout.at("reason"));
  const auto all = rollout.at("plan").as_array().size();
  return inked(field_text(rollout.at("id")), Ink::bold, colour) + " " +
         inked(state, ink_of_state(state), colour) + " → " + field_text(rollout.at("to")) + " by " +
         field_text(rollout.at("strategy")) + " " + steps_bar(steps_done(rollout), all) + " " +
         percent(share) + " now" + next_text(rollout, as_of) + (reason.empty() ? "" : ": " + reason);
}

std::string percent_text(const json::value& weight) {
  return field_text(weight) + " %";
}

std::string length_text(double seconds) {
  const std::chrono::milliseconds length(std::llround(seconds * 1000));
  if (length < std::chrono::seconds(10) && length.count() % 1000 != 0) return config::duration_text(length);
  auto text = short_duration(seconds);
  for (const auto* nothing : {"m0s", "h0m", "d0h"})
    if (text.ends_with(nothing)) text.resize(text.size() - 2);
  return text;
}

std::string time_text(const json::value& at) {
  auto text = field_text(at).substr(0, 19);
  if (text.size() == 19) text[10] = ' ';
  return text;
}

std::string split_bar(const std::vector<NamedShare>& shares) {
  static constexpr std::array<std::string_view, 4> inks{"█", "▒", "▓", "░"};
  std::string cells, names;
  double sum = 0;
  std::size_t used = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    sum += shares[i].share;
    const auto end = static_cast<std::size_t>(std::lround(std::clamp(sum, 0.0, 1.0) * split_cells));
    cells += repeated(inks[i % inks.size()], end - std::min(used, end));
    used = end;
    names += (i == 0 ? "" : ", ") + std::string(inks[i % inks.size()]) + " " + shares[i].name + " " +
             percent(shares[i].share);
  }
  return cells + "  " + names;
}

}  // namespace sluice::cli
