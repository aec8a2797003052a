Attribute VB_Name = "XlplanRibbon"
Option Explicit

' What the buttons of customUI14.xml call. Each hands over to the Python macro of the same purpose.

Public Sub XlplanTabVisible(control As IRibbonControl, ByRef returnedVal)
    returnedVal = XlplanOwnsTab()
End Sub

Public Sub XlplanCheck(control As IRibbonControl)
    XlplanRun "check"
End Sub

Public Sub XlplanJump(control As IRibbonControl)
    XlplanRun "jump"
End Sub

Public Sub XlplanRepair(control As IRibbonControl)
    XlplanRun "apply_repair"
End Sub

Public Sub XlplanUndo(control As IRibbonControl)
    XlplanRun "undo_repair"
End Sub

Public Sub XlplanRates(control As IRibbonControl)
    XlplanRun "compute_rates"
End Sub

Public Sub XlplanClear(control As IRibbonControl)
    XlplanRun "clear_marks"
End Sub

Public Sub XlplanWritePlan(control As IRibbonControl)
    XlplanRun "write_plan"
End Sub

Public Sub XlplanRefreshPlan(control As IRibbonControl)
    XlplanRun "refresh_plan"
End Sub

Public Sub XlplanCrosscheckPlan(control As IRibbonControl)
    XlplanRun "crosscheck_plan"
End Sub

Public Sub XlplanSend(control As IRibbonControl)
    XlplanRun "prepare_to_send"
End Sub

Public Sub XlplanHelp(control As IRibbonControl)
    XlplanRun "show_help"
End Sub

Public Sub XlplanAbout(control As IRibbonControl)
    XlplanRun "about"
End Sub

Public Sub XlplanPress(ByVal callback As String)
    ' For scripts: no program but Excel can make the control that a callback takes.
    Select Case callback
        Case "XlplanCheck"
            XlplanCheck Nothing
        Case "XlplanJump"
            XlplanJump Nothing
        Case "XlplanRepair"
            XlplanRepair Nothing
        Case "XlplanUndo"
            XlplanUndo Nothing
        Case "XlplanRates"
            XlplanRates Nothing
        Case "XlplanClear"
            XlplanClear Nothing
        Case "XlplanWritePlan"
            XlplanWritePlan Nothing
        Case "XlplanRefreshPlan"
            XlplanRefreshPlan Nothing
        Case "XlplanCrosscheckPlan"
            XlplanCrosscheckPlan Nothing
        Case "XlplanSend"
            XlplanSend Nothing
        Case "XlplanHelp"
            XlplanHelp Nothing
        Case "XlplanAbout"
            XlplanAbout Nothing
    End Select
End Sub

Private Function XlplanOwnsTab() As Boolean
    ' The installed add-in has the same tab and goes before a workbook's own.
    Dim other As Workbook
    XlplanOwnsTab = True
    On Error Resume Next
    Set other = Application.Workbooks("xlplan.xlam")
    XlplanOwnsTab = (other Is Nothing)
End Function
