// A compiled regular expression (RE2: no back-references, so time linear in the text) as a value: copies
// share it, equal means written alike. Compiled with the configuration; a request only searches.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <string>
#include <string_view>

#include "routing/glob.h"
#include "routing/result.h"

namespace sluice {

class Regex {
 public:
  // The error is a sentence for the configuration's author, with RE2's reason.
  [[nodiscard]] static Result<Regex, std::string> compile(std::string_view text, LetterCase letters);

  // Anywhere in `text`, as ALB searches: only ^ and $ anchor.
  [[nodiscard]] bool found_in(std::string_view text) const noexcept;

  [[nodiscard]] const std::string& text() const noexcept { return compiled_->pattern(); }
  // How many groups $1… can name.
  [[nodiscard]] int groups() const noexcept { return compiled_->NumberOfCapturingGroups(); }
  // For what needs the groups (routing/rewrite.h).
  [[nodiscard]] const re2::RE2& compiled() const noexcept { return *compiled_; }

  bool operator==(const Regex& other) const noexcept;

 private:
  explicit Regex(std::shared_ptr<const re2::RE2> compiled) noexcept : compiled_(std::move(compiled)) {}

  std::shared_ptr<const re2::RE2> compiled_;  // never null
};

}  // namespace sluice
