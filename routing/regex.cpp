#include "routing/regex.h"

namespace sluice {
namespace {

// For the program and the automata that are built while it runs. A repetition such as (((a{99}){99}){99}) is
// refused when it is compiled instead of growing past this.
constexpr int most_memory = 1 << 20;

re2::StringPiece piece(std::string_view text) noexcept {
  return {text.data(), text.size()};
}

}  // namespace

Result<Regex, std::string> Regex::compile(std::string_view text, LetterCase letters) {
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(most_memory);
  options.set_case_sensitive(letters == LetterCase::sensitive);
  options.set_encoding(re2::RE2::Options::EncodingLatin1);  // a head is bytes: `.` is one of them
  auto compiled = std::make_shared<const re2::RE2>(piece(text), options);
  if (!compiled->ok())
    return failure("`" + std::string(text) + "` is not a regular expression: " + compiled->error());
  return Regex(std::move(compiled));
}

bool Regex::found_in(std::string_view text) const noexcept {
  return re2::RE2::PartialMatch(piece(text), *compiled_);
}

bool Regex::operator==(const Regex& other) const noexcept {
  return compiled_ == other.compiled_ ||
         (compiled_->pattern() == other.compiled_->pattern() &&
          compiled_->options().case_sensitive() == other.compiled_->options().case_sensitive());
}

}  // namespace sluice
