#include "routing/rule_index.h"

#include <algorithm>
#include <set>

namespace sluice {
namespace {

// Of a host, read from the right: what tells hosts apart is in so many characters, and ALB's values are no
// longer.
constexpr std::size_t longest_host = 128;

using HostText = std::array<char, longest_host>;

std::string_view from_the_right(std::string_view host, HostText& text) noexcept {
  const auto size = std::min(host.size(), text.size());
  std::transform(host.rbegin(), host.rbegin() + static_cast<std::ptrdiff_t>(size), text.begin(), lower);
  return {text.data(), size};
}

std::string path_literal(const std::string& glob) {
  return glob_ends(glob).prefix;
}

std::string host_literal(const std::string& glob) {
  HostText text;
  return std::string(from_the_right(glob_ends(glob).suffix, text));
}

// What a rule can be filed under: a text that matches the condition begins with one of the literals.
struct Label {
  enum class Of { path, host };
  Of of = Of::path;
  std::set<std::string> literals;  // none: it cannot be filed under this condition
};

template <class Literal>
std::set<std::string> literals_of(const Patterns& patterns, const Literal& literal_of) {
  std::set<std::string> literals;
  for (const auto& glob : patterns.globs) literals.insert(literal_of(glob));
  if (!patterns.regexes.empty() || literals.contains("")) return {};
  return literals;
}

Label label_of(const Condition& condition) {
  if (const auto* path = std::get_if<PathPattern>(&condition))
    return {Label::Of::path, literals_of(path->patterns, path_literal)};
  if (const auto* host = std::get_if<HostHeader>(&condition))
    return {Label::Of::host, literals_of(host->patterns, host_literal)};
  return {};
}

// How many rules could be filed under each literal.
class Crowds {
 public:
  explicit Crowds(const std::vector<Rule>& rules) {
    for (const auto& rule : rules)
      for (const auto& condition : rule.conditions) {
        const auto label = label_of(condition);
        for (const auto& literal : label.literals) ++of(label)[literal];
      }
  }

  // The label that the fewest other rules share, of equals the one with the longer literals.
  [[nodiscard]] Label best_label(const Rule& rule) {
    Label best;
    for (const auto& condition : rule.conditions) {
      auto label = label_of(condition);
      if (label.literals.empty()) continue;
      if (best.literals.empty() || cost(label) < cost(best)) best = std::move(label);
    }
    return best;
  }

 private:
  using Counts = std::map<std::string, std::size_t>;

  Counts& of(const Label& label) { return label.of == Label::Of::path ? paths_ : hosts_; }

  std::pair<std::size_t, std::ptrdiff_t> cost(const Label& label) {
    std::size_t most = 0, shortest = label.literals.begin()->size();
    for (const auto& literal : label.literals) {
      most = std::max(most, of(label).at(literal));
      shortest = std::min(shortest, literal.size());
    }
    return {most, -static_cast<std::ptrdiff_t>(shortest)};
  }

  Counts paths_, hosts_;
};

}  // namespace

void Candidates::add(std::span<const std::uint32_t> row) noexcept {
  if (row.empty()) return;
  if (size_ == capacity) {
    all_ = true;
    return;
  }
  rows_[size_++] = {row.data(), row.data() + row.size()};
}

std::uint32_t Candidates::next() noexcept {
  if (all_) return next_of_all_++;
  auto least = ~std::uint32_t{0};
  for (std::size_t i = 0; i < size_; ++i) least = std::min(least, *rows_[i].next);
  for (std::size_t i = 0; i < size_;) {
    auto& row = rows_[i];
    if (*row.next == least) ++row.next;
    if (row.next == row.end)
      row = rows_[--size_];
    else
      ++i;
  }
  return least;
}

RuleIndex::Drawer::Drawer(const RowsByLiteral& filed) {
  std::vector<std::string> texts;
  for (const auto& [literal, row] : filed) {
    texts.push_back(literal);
    rows.push_back(row);
  }
  literals = LiteralTrie(texts);
}

void RuleIndex::Drawer::add_rows(std::string_view text, Candidates& into) const noexcept {
  literals.find_each(text, [&](std::uint32_t literal) { into.add(rows[literal]); });
}

RuleIndex::RuleIndex(const std::vector<Rule>& rules) {
  RowsByLiteral by_path, by_host;
  Crowds crowds(rules);
  for (std::uint32_t position = 0; position < rules.size(); ++position) {
    const auto label = crowds.best_label(rules[position]);
    if (label.literals.empty()) others_.push_back(position);
    for (const auto& literal : label.literals)
      (label.of == Label::Of::path ? by_path : by_host)[literal].push_back(position);
  }
  by_path_ = Drawer(by_path);
  by_host_ = Drawer(by_host);
}

Candidates RuleIndex::candidates(const RequestHead& head) const noexcept {
  Candidates found;
  found.add(others_);
  by_path_.add_rows(head.path, found);
  if (by_host_.rows.empty()) return found;
  HostText text;
  by_host_.add_rows(from_the_right(host_without_port(head.authority), text), found);
  return found;
}

}  // namespace sluice
