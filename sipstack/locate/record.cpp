#include "sipstack/locate/record.hpp"

namespace sip::locate {

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::naptr:
      return "NAPTR";
    case Kind::srv:
      return "SRV";
    case Kind::address:
      return "A";
  }
  return {};
}

std::string_view to_string(Failure failure) {
  switch (failure) {
    case Failure::none:
      return "no such record";
    case Failure::no_name:
      return "no such name";
    case Failure::refused:
      return "the name server refused";
    case Failure::malformed:
      return "the name server's answer is malformed";
    case Failure::timeout:
      return "no name server answered";
  }
  return {};
}

}  // namespace sip::locate
