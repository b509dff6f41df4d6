// Reading machine settings: what is accepted, and what the errors say.

import Testing

@testable import LinuxMemory

@Suite("Machine settings")
struct MachineConfigurationTests {
  @Test("every key is read")
  func keys() throws {
    let configuration = try MachineConfiguration(settings: [
      ("ram", "1.5G"), ("swap", "512M"), ("arch", "i386"), ("cpus", "4"), ("kernel", "6.1"),
      ("glibc", "2.36"), ("thp", "never"), ("aslr", "42"),
    ])
    #expect(configuration.ram == 1536 << 20)
    #expect(configuration.swap == 512 << 20)
    #expect(configuration.architecture == .i386)
    #expect(configuration.cpus == 4)
    #expect(configuration.transparentHugePages == .never)
    #expect(configuration.addressSpaceRandomization == 42)
    #expect(try MachineConfiguration(settings: []) == MachineConfiguration())
    #expect(try MachineConfiguration(settings: [("ram", "1073741824")]).ram == 1 << 30)
    #expect(try MachineConfiguration(settings: [("aslr", "off")]).addressSpaceRandomization == nil)
  }

  @Test(
    "what is not possible is refused with the key, the value and what is",
    arguments: [
      ("ram", "1M"), ("ram", "17T"), ("ram", "-1"), ("ram", "1.3"), ("ram", ""), ("ram", "G"),
      ("ram", "1073741825"),
      ("ram", "99999999999999999999"), ("ram", "18446744073709551615T"), ("swap", "1K"), ("swap", "17T"),
      ("arch", "arm"), ("cpus", "0"), ("cpus", "65"), ("cpus", "many"), ("kernel", "2.4"), ("glibc", "1.0"),
      ("thp", "sometimes"), ("aslr", "maybe"),
    ])
  func refusals(key: String, value: String) {
    let error = thrown(ConfigurationError.self) {
      try MachineConfiguration(settings: [(key, value)])
    }
    #expect(error?.key == key)
    #expect(error?.message.contains("accepted is") == true)
    #expect(error?.message.hasPrefix("\(key)=") == true)
  }

  @Test("an unknown key names the known ones")
  func unknownKey() {
    let error = thrown(ConfigurationError.self) {
      try MachineConfiguration(settings: [("rom", "1G")])
    }
    #expect(error?.message.contains("ram, swap, disk, arch") == true)
  }

  @Test("limits depend on the architecture, whatever the order of the settings")
  func limits() throws {
    #expect(throws: ConfigurationError.self) {
      _ = try MachineConfiguration(settings: [("ram", "8G"), ("arch", "i386")])
    }
    _ = try MachineConfiguration(settings: [("ram", "64M"), ("arch", "i386")])
    _ = try MachineConfiguration(settings: [("ram", "16T")])
  }

  @Test("many CPUs need memory of their own before init runs")
  func manyCPUs() throws {
    _ = try MachineConfiguration(settings: [("ram", "128M"), ("cpus", "32")])
    _ = try MachineConfiguration(settings: [("cpus", "64"), ("ram", "160M")])
    let error = thrown(ConfigurationError.self) {
      try MachineConfiguration(settings: [("ram", "128M"), ("cpus", "64")])
    }
    #expect(error?.message == "ram=128M is not possible: accepted is at least 160M with cpus=64")
  }
}
