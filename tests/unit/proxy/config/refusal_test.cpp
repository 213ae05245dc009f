#include <gtest/gtest.h>

#include <string>

#include "proxy/config/config.hpp"

namespace proxy::config {
namespace {

struct Case {
  const char* name;
  const char* text;
  const char* message;  ///< all of what() after "sipwake.toml:"
};

std::string refusal(std::string_view text) {
  try {
    parse(text, "sipwake.toml");
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "accepted";
}

class Refusal : public testing::TestWithParam<Case> {};

TEST_P(Refusal, SaysWhereAndWhy) {
  EXPECT_EQ(refusal(GetParam().text), std::string{"sipwake.toml:"} + GetParam().message);
}

constexpr Case names[] = {
    {"Key", "\n[wake]\ntimout = \"3s\"",
     "3:1: unknown key 'timout' in [wake] (did you mean 'timeout'?)"},
    {"KeyUnlikeAnyOther", "colour = 1", "1:1: unknown key 'colour'"},
    {"Section", "[registar]\n", "1:2: unknown key 'registar' (did you mean 'registrar'?)"},
    {"PushService", "[push.webhok]\n",
     "1:7: unknown key 'webhok' in [push] (did you mean 'webhook'?)"},
    {"KeyOfAListener", "[[listen]]\ntransport = \"udp\"\naddress = \"[::]:0\"\nport = 1",
     "4:1: unknown key 'port' in [listen]"},
    {"TableInASection", "[wake.more]\n", "1:7: unknown key 'more' in [wake]"},
    {"PlatformOfALateCall", "[late_call.webhok]\nwindow = \"3s\"",
     "1:12: unknown key 'webhok' in [late_call] (did you mean 'webhook'?)"},
    {"KeyOfAPlatform", "[late_call.fcm]\nplatforms = []",
     "2:1: unknown key 'platforms' in [late_call.fcm]"},
    {"PlatformAsValue", "[late_call]\nwebhook = true",
     "2:1: late_call.webhook must be a table: [late_call.webhook]"},
    {"KeyOfATlsHost", "[[tls.host]]\nhost = \"a.example\"",
     "2:1: unknown key 'host' in [tls.host]"},
    {"TlsHostWithOneBracket", "[tls.host]\nname = \"a.example\"",
     "1:1: tls.host must be written with two brackets: [[tls.host]]"},
    {"TlsHostWithoutKey", "[[tls.host]]\nname = \"a.example\"\ncertificate = \"a.pem\"",
     "1:1: tls.host needs 'private_key'"},
    {"CertificateWithoutKey", "[tls]\ncertificate = \"c.pem\"",
     "1:1: tls needs 'private_key' beside 'certificate'"},
    {"ClientCertificateOfNobody", "[tls]\nrequire_client_certificate = false",
     "1:1: tls needs 'client_ca' beside 'require_client_certificate'"},
    {"KeyWithoutCertificate", "[tls]\nprivate_key = \"c.key\"",
     "1:1: tls needs 'certificate' beside 'private_key'"},
    {"PbxOverTlsWithoutAListener", "[pbx]\naddress = \"192.0.2.1;transport=tls\"",
     "1:1: pbx uses tls, which needs a [[listen]] with transport = \"tls\""},
    {"ApnsWithoutKey", "[[push.apns]]\n", "1:1: push.apns needs 'key_file'"},
    {"ApnsWithOneBracket", "[push.apns]\nkey_id = \"ABC1234567\"",
     "1:1: push.apns must be written with two brackets: [[push.apns]]"},
    {"ApnsKeyId", "[[push.apns]]\nkey_id = \"abc\"",
     "2:10: push.apns.key_id must be 10 upper-case letters and digits, not \"abc\""},
    {"ApnsTopic", "[[push.apns]]\ntopics = [\"a b\"]",
     "2:10: push.apns.topics must be bundle ids such as \"com.example.phone\", not \"a b\""},
    {"ApnsEndpoint", "[[push.apns]]\nendpoint = \"http://h\"",
     "2:12: push.apns.endpoint must be https://host:port, not \"http://h\""},
    {"ApnsEndpointWithAPath", "[[push.apns]]\nendpoint = \"https://h/3\"",
     "2:12: push.apns.endpoint must have nothing but a host and a port behind https://"},
    {"FcmWithoutAccount", "[[push.fcm]]\n", "1:1: push.fcm needs 'service_account_file'"},
    {"FcmSender", "[[push.fcm]]\nsenders = [\"my-project\"]",
     "2:11: push.fcm.senders must be project numbers, not \"my-project\""},
    {"WebPushSubject", "[push.webpush]\nsubject = \"ops\"",
     "2:11: push.webpush.subject must be an address such as \"mailto:ops@example.com\", not "
     "\"ops\""},
    {"ListenWithOneBracket", "[listen]\ntransport = \"udp\"",
     "1:2: listen must be written with two brackets: [[listen]]"},
    {"SectionAsValue", "wake = 3", "1:1: wake must be a table: [wake]"},
    {"PushAsValue", "push = 3", "1:1: push must be a table: [push.webhook]"},
    {"PbxWithoutAddress", "[pbx]\n", "1:1: pbx needs 'address'"},
    {"WebhookWithoutUrl", "[push.webhook]\n", "1:1: push.webhook needs 'url'"},
    {"ListenerWithoutAddress", "[[listen]]\ntransport = \"udp\"", "1:1: listen needs 'address'"},
};

constexpr Case types[] = {
    {"TextForNumber", "[wake]\nprovisional = \"180\"",
     "2:15: wake.provisional must be a whole number, not a text"},
    {"FractionForNumber", "[wake]\nprovisional = 180.5",
     "2:15: wake.provisional must be a whole number, not a number with a fraction"},
    {"DurationOfAPlatform", "[late_call.webpush]\npush_window = \"11m\"",
     "2:15: late_call.webpush.push_window must be between 1s and 10m, not 11m"},
    {"NumberForDuration", "[wake]\ntimeout = 30",
     "2:11: wake.timeout must be a duration in quotes, such as \"30s\", not a number"},
    {"NumberForText", "log_level = 1", "1:13: log_level must be a text in quotes, not a number"},
    {"TextForFlag", "[wake]\nunknown_devices = \"yes\"",
     "2:19: wake.unknown_devices must be true or false, not a text"},
    {"TextForList", "domains = \"example.com\"",
     "1:11: domains must be a list in brackets, not a text"},
    {"NumberInList", "domains = [1]",
     "1:12: each entry of domains must be a text in quotes, not a number"},
    {"DateForText", "data_dir = 2024-01-01",
     "1:12: data_dir must be a text in quotes, not a date or time"},
};

constexpr Case values[] = {
    {"LogLevel", "log_level = \"loud\"",
     "1:13: log_level must be one of \"debug\", \"info\", \"warn\", \"error\", not \"loud\""},
    {"EmptyDomain", "domains = [\"\"]",
     "1:12: each entry of domains must be a host name or an address, not \"\""},
    {"DomainWithBlank", "domains = [\"a b\"]",
     "1:12: each entry of domains must be a host name or an address, not \"a b\""},
    {"DomainLikeAnAddress", "domains = [\"300.1.2.3\"]",
     "1:12: each entry of domains must be a host name or an address, not \"300.1.2.3\""},
    {"DomainTwice", "domains = [\"a.example\", \"A.example\"]",
     "1:25: each entry of domains must differ: \"a.example\""},
    {"NoDomain", "domains = []", "1:11: domains must name at least one domain, or be left out"},
    {"EmptyDataDir", "data_dir = \"\"", "1:12: data_dir must not be empty"},
    {"UnknownTransport", "[[listen]]\ntransport = \"sctp\"\naddress = \"[::]:0\"",
     "2:13: listen.transport knows no transport \"sctp\"; use \"udp\", \"tcp\", \"tls\", "
     "\"ws\" or \"wss\""},
    {"Origin",
     "[[listen]]\ntransport = \"ws\"\naddress = \"[::]:0\"\norigins = [\"phone.example\"]",
     "4:12: each entry of listen.origins must be an origin such as \"https://phone.example.com\", "
     "not \"phone.example\""},
    {"OriginWithPath",
     "[[listen]]\ntransport = \"ws\"\naddress = \"[::]:0\"\norigins = [\"http://a.example/x\"]",
     "4:12: each entry of listen.origins must be an origin such as \"https://phone.example.com\", "
     "not \"http://a.example/x\""},
    {"TlsHostName",
     "[[tls.host]]\nname = \"*.*.example\"\ncertificate = \"a.pem\"\nprivate_key = \"a.key\"",
     "2:8: tls.host.name must be a host name such as \"sip.example.com\" or \"*.example.com\", not "
     "\"*.*.example\""},
    {"TlsHostTwice",
     "[[tls.host]]\nname = \"a.example\"\ncertificate = \"a.pem\"\nprivate_key = \"a.key\"\n"
     "[[tls.host]]\nname = \"A.example\"\ncertificate = \"a.pem\"\nprivate_key = \"a.key\"",
     "5:1: tls.host has \"a.example\" twice"},
    {"NoConnections", "[connections]\ntotal = 0",
     "2:9: connections.total must be between 1 and 1000000, not 0"},
    {"UnsentBytesBelowAMessage", "[connections]\nunsent_bytes = 1000",
     "2:16: connections.unsent_bytes must be between 65536 and 67108864, not 1000"},
    {"ListenerWithoutPort", "[[listen]]\ntransport = \"udp\"\naddress = \"127.0.0.1\"",
     "3:11: listen.address must be an address and a port such as \"127.0.0.1:5060\" or "
     "\"[::]:5060\", not \"127.0.0.1\""},
    {"PortAbove65535", "[http]\naddress = \"127.0.0.1:65536\"",
     "2:11: http.address must be an address and a port such as \"127.0.0.1:5060\" or "
     "\"[::]:5060\", not \"127.0.0.1:65536\""},
    {"ListenerTwice",
     "[[listen]]\ntransport = \"udp\"\naddress = \"[::]:5060\"\n"
     "[[listen]]\ntransport = \"udp\"\naddress = \"[::]:5060\"\n",
     "4:1: listen has udp [::]:5060 twice"},
    {"AdvertisedAnyAddress",
     "[[listen]]\ntransport = \"udp\"\naddress = \"[::]:0\"\nadvertise = \"0.0.0.0:5060\"",
     "4:13: listen.advertise must be an address and port that others can reach, not "
     "\"0.0.0.0:5060\""},
    {"AdvertisedPort",
     "[[listen]]\ntransport = \"udp\"\naddress = \"[::]:0\"\nadvertise = \"sip.example:x\"",
     "4:13: listen.advertise must have a port of 1 to 65535, not \"sip.example:x\""},
    {"Algorithm", "[auth]\nalgorithms = [\"SHA-1\"]",
     "2:15: each entry of auth.algorithms must be one of \"SHA-512-256\", \"SHA-256\", \"MD5\", "
     "not \"SHA-1\""},
    {"NoAlgorithm", "[auth]\nalgorithms = []", "2:14: auth.algorithms must name at least one"},
    {"TrustedBlock", "[auth]\ntrusted = [\"192.0.2.0/33\"]",
     "2:12: each entry of auth.trusted must be an address or a block, and optionally a transport, "
     "such as \"192.0.2.10/32 tcp\", not \"192.0.2.0/33\""},
    {"TrustedTransport", "[auth]\ntrusted = [\"192.0.2.1 sctp\"]",
     "2:12: each entry of auth.trusted knows no transport \"sctp\"; use \"udp\", \"tcp\", \"tls\", "
     "\"ws\" or \"wss\""},
    {"PbxOverWebSocket", "[pbx]\naddress = \"192.0.2.1;transport=wss\"",
     "2:11: pbx.address must use udp, tcp or tls: nobody connects to a PBX as to a web page"},
    {"ExemptBlock", "[abuse]\nexempt = [\"home\"]",
     "2:11: each entry of abuse.exempt must be an address or a block such as \"192.0.2.0/24\", "
     "not \"home\""},
    {"PbxName", "[pbx]\naddress = \"pbx..example\"",
     "2:11: pbx.address must be a name or an address such as \"pbx.example.com\" or "
     "\"192.0.2.10:5060;transport=tcp\", not \"pbx..example\""},
    {"PbxNameThatIsNearlyAnAddress", "[pbx]\naddress = \"192.0.2.300\"",
     "2:11: pbx.address must be a name or an address such as \"pbx.example.com\" or "
     "\"192.0.2.10:5060;transport=tcp\", not \"192.0.2.300\""},
    {"PbxNamePort", "[pbx]\naddress = \"pbx.example:0\"",
     "2:11: pbx.address must have a port of 1 to 65535"},
    {"PbxNameOverTlsWithoutAListener", "[pbx]\naddress = \"pbx.example;transport=tls\"",
     "1:1: pbx uses tls, which needs a [[listen]] with transport = \"tls\""},
    {"CaptureServer", "[capture]\nhep = \"homer..example\"",
     "2:7: capture.hep must be a name or an address such as \"homer.example.com:9060\", not "
     "\"homer..example\""},
    {"CapturePort", "[capture]\nhep = \"homer.example:65536\"",
     "2:7: capture.hep must have a port of 1 to 65535, not \"homer.example:65536\""},
    {"CaptureAnywhere", "[capture]\nhep = \"0.0.0.0:9060\"",
     "2:7: capture.hep must be an address and port to send to, not \"0.0.0.0:9060\""},
    {"CaptureId", "[capture]\nid = 4294967296",
     "2:6: capture.id must be between 0 and 4294967295, not 4294967296"},
    {"CaptureKey", "[capture]\nkey = \"\"", "2:7: capture.key must not be empty"},
    {"NameServer", "[dns]\nservers = [\"dns.example\"]",
     "2:12: each entry of dns.servers must be an address such as \"192.0.2.53\" or "
     "\"127.0.0.1:5353\", not "
     "\"dns.example\""},
    {"PbxParameter", "[pbx]\naddress = \"192.0.2.1;lr\"",
     "2:11: pbx.address may only be followed by \";transport=udp\", \";transport=tcp\" or "
     "\";transport=tls\""},
    {"PbxPort", "[pbx]\naddress = \"192.0.2.1:0\"",
     "2:11: pbx.address must have a port of 1 to 65535"},
    {"Decline", "[fork]\ndecline = \"nowhere\"",
     "2:11: fork.decline must be one of \"everywhere\", \"device\", not \"nowhere\""},
    {"Durability", "[store]\ndurability = \"none\"",
     "2:14: store.durability must be one of \"commit\", \"fsync\", not \"none\""},
    {"WebhookScheme", "[push.webhook]\nurl = \"ftp://h\"",
     "2:7: push.webhook.url must begin with http:// or https://"},
    {"WebhookHost", "[push.webhook]\nurl = \"http:///push\"",
     "2:7: push.webhook.url must be a host name or an address, not \"\""},
    {"WebhookPort", "[push.webhook]\nurl = \"http://h:99999/\"",
     "2:7: push.webhook.url must have a port of 1 to 65535"},
    {"WebhookLineBreak", "[push.webhook]\nurl = \"http://h/\\r\\nX: y\"",
     "2:7: push.webhook.url must be printable ASCII without blanks"},
    {"WebhookUserName", "[push.webhook]\nurl = \"http://u:p@h/\"",
     "2:7: push.webhook.url must not carry a user name"},
    {"SecretFileMissing", "[push.webhook]\nurl = \"http://h\"\nsecret_file = \"/nonexistent/key\"",
     "3:15: push.webhook.secret_file \"/nonexistent/key\" cannot be read: No such file or "
     "directory"},
    {"SecretFileEmpty", "[push.webhook]\nurl = \"http://h\"\nsecret_file = \"/dev/null\"",
     "3:15: push.webhook.secret_file \"/dev/null\" is empty"},
    {"SecretFileEndless", "[push.webhook]\nurl = \"http://h\"\nsecret_file = \"/dev/zero\"",
     "3:15: push.webhook.secret_file \"/dev/zero\" is too long for a secret (at most 4096 bytes)"},
    {"EmptyPattern", "[late_call]\nuser_agents = [\"\"]",
     "2:16: each entry of late_call.user_agents must not be empty"},
};

constexpr Case ranges[] = {
    {"ProvisionalBetween", "[wake]\nprovisional = 181",
     "2:15: wake.provisional must be 100, 180, 182 or 183, not 181"},
    {"ProvisionalAbove", "[wake]\nprovisional = 200",
     "2:15: wake.provisional must be between 100 and 183, not 200"},
    {"NotADuration", "[wake]\ntimeout = \"soon\"",
     "2:11: wake.timeout must be a duration such as \"500ms\", \"30s\" or \"2h30m\""},
    {"TooShort", "[wake]\ntimeout = \"0s\"",
     "2:11: wake.timeout must be between 1s and 5m, not 0s"},
    {"TooLong", "[wake]\ntimeout = \"10h\"",
     "2:11: wake.timeout must be between 1s and 5m, not 10h"},
    {"PartOfASecond", "[registrar]\nmin_expires = \"1500ms\"",
     "2:15: registrar.min_expires must be whole seconds, not 1s500ms"},
    {"TimerC", "[fork]\ntimer_c = \"3m\"",
     "2:11: fork.timer_c must be between 3m1s and 1h, not 3m"},
    {"NoContacts", "[registrar]\nmax_contacts = 0",
     "2:16: registrar.max_contacts must be between 1 and 20, not 0"},
    {"HugeNumber", "[registrar]\nmax_contacts = 9223372036854775807",
     "2:16: registrar.max_contacts must be between 1 and 20, not 9223372036854775807"},
    {"ExpiresOrder", "[registrar]\nmax_expires = \"5m\"",
     "2:15: registrar.max_expires must give min_expires <= default_expires <= max_expires, not "
     "1m, 10m, 5m"},
};

std::string name_of(const testing::TestParamInfo<Case>& info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(Names, Refusal, testing::ValuesIn(names), name_of);
INSTANTIATE_TEST_SUITE_P(Types, Refusal, testing::ValuesIn(types), name_of);
INSTANTIATE_TEST_SUITE_P(Values, Refusal, testing::ValuesIn(values), name_of);
INSTANTIATE_TEST_SUITE_P(Ranges, Refusal, testing::ValuesIn(ranges), name_of);

TEST(Refusals, PointAtTheLineThatIsNoToml) {
  EXPECT_EQ(refusal("domains = [\"a\"]\n[wake\n").substr(0, 18), "sipwake.toml:2:6: ");
  EXPECT_EQ(refusal("a = \xff\xfe").substr(0, 15), "sipwake.toml:1:");
}

TEST(Refusals, StayOnOneLine) {
  for (const auto* text : {"\"a\\nb\" = 1", "[wake]\n\"x\\ny\" = 1", "log_level = \"a\\nb\"",
                           "domains = [\"a\\nb\"]", "[push]\n\"a\\nb\" = 1"})
    EXPECT_EQ(refusal(text).find('\n'), std::string::npos) << text;
}

TEST(Refusals, NameTheFileThatCannotBeRead) {
  for (const auto* file : {"/nonexistent/sipwake.toml", "/proc"}) {
    try {
      load(file);
      ADD_FAILURE() << file << " was accepted";
    } catch (const ConfigError& error) {
      EXPECT_EQ(std::string{error.what()}.substr(0, std::string{file}.size() + 17),
                std::string{file} + ": cannot be read:");
    }
  }
}

TEST(Refusals, EndAnEndlessFile) {
  try {
    load("/dev/zero");
    ADD_FAILURE();
  } catch (const ConfigError& error) {
    EXPECT_STREQ(error.what(), "/dev/zero: is too large for a configuration (at most 1 MB)");
  }
}

}  // namespace
}  // namespace proxy::config
