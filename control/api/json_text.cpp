#include "control/api/json_text.h"

#include <array>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cmath>

#include "control/utf8.h"

namespace sluice {
namespace {

namespace json = boost::json;

// Texts may come from outside: a configuration, a hook.
std::string quoted(std::string_view text) {
  return json::serialize(as_utf8(text));
}

void write(const json::value& value, std::string& out);

void write(double number, std::string& out) {
  if (!std::isfinite(number)) {  // JSON has no word for it
    out += "null";
    return;
  }
  std::array<char, 512> text;
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed).ptr;
  out.append(text.data(), end);
}

void write(const json::object& object, std::string& out) {
  out += '{';
  const char* comma = "";
  for (const auto& [key, value] : object) {
    out += comma;
    out += quoted(key) + ":";
    write(value, out);
    comma = ",";
  }
  out += '}';
}

void write(const json::array& array, std::string& out) {
  out += '[';
  const char* comma = "";
  for (const auto& value : array) {
    out += comma;
    write(value, out);
    comma = ",";
  }
  out += ']';
}

void write(const json::value& value, std::string& out) {
  if (const auto* object = value.if_object()) return write(*object, out);
  if (const auto* array = value.if_array()) return write(*array, out);
  if (const auto* number = value.if_double()) return write(*number, out);
  if (const auto* string = value.if_string()) {
    out += quoted(*string);
    return;
  }
  out += json::serialize(value);
}

}  // namespace

json::value weight_json(Weight weight) {
  if (weight.millionths % Weight::unit == 0) return weight.millionths / Weight::unit;
  return weight.value();
}

std::string json_text(const json::value& value) {
  std::string text;
  write(value, text);
  return text;
}

}  // namespace sluice
